--- :checkhealth flashls
local M = {}
local check_editor, check_server, check_client

function M.check()
  vim.health.start('flashls')
  check_editor()
  local cmd = (vim.lsp.config.flashls or {}).cmd
  if check_server(cmd) then
    check_client()
  end
end

function check_editor()
  if vim.fn.has('nvim-0.11') == 0 then
    vim.health.error('Neovim 0.11 or later is needed; this is ' .. tostring(vim.version()))
    return
  end
  local choice = require('flashls.options').get().ghost_text
  local builtin = vim.lsp.inline_completion ~= nil and choice ~= 'plugin'
  local who = choice == 'off' and 'nobody (ghost_text = "off")' or builtin and 'Neovim' or 'this plugin'
  vim.health.ok(('Neovim %s; suggestions are drawn by %s'):format(tostring(vim.version()), who))
end

function check_server(cmd)
  if type(cmd) ~= 'table' then
    vim.health.info('the server is started by a function; nothing to look up')
    return true
  end
  local name = table.concat(cmd, ' ')
  if vim.fn.executable(cmd[1]) == 0 then
    vim.health.error(('server not found: "%s" is not on PATH'):format(cmd[1]), {
      "Install it: uv tool install 'flashls[local]', or: pip install 'flashls[local]'",
      "Or name it: require('flashls').setup({ cmd = { '/path/to/flashls', 'serve' } })",
    })
    return false
  end
  local ask = vim.tbl_filter(function(word)
    return word ~= 'serve' and word ~= '--stdio'
  end, cmd)
  local ran, process = pcall(vim.system, vim.list_extend(ask, { '--version' }), { text = true, timeout = 10000 })
  local result = ran and process:wait() or { code = -1 }
  if result.code == 0 then
    vim.health.ok(('server: %s (%s)'):format(vim.trim(result.stdout), vim.fn.exepath(cmd[1])))
  else
    vim.health.warn(('"%s" fails; the server is started by "%s"'):format(table.concat(ask, ' '), name))
  end
  return true
end

function check_client()
  local client = vim.lsp.get_clients({ name = 'flashls' })[1]
  if not client then
    local advice = "Open a file after vim.lsp.enable('flashls'); :LspLog may say why the server stopped"
    vim.health.warn('no server runs', { advice })
    return
  end
  local answer = client:request_sync('workspace/executeCommand', { command = 'flashls.status', arguments = {} }, 5000)
  if not answer or answer.err then
    vim.health.error('the server does not answer: ' .. (answer and answer.err.message or 'nothing came in 5 s'))
    return
  end
  local status = answer.result
  local report = status.state == 'error' and vim.health.error or status.state == 'no model' and vim.health.warn
  report = report or vim.health.ok
  report(('model: %s; state: %s'):format(status.model or 'none', status.state))
  local root = client.root_dir and 'workspace: ' .. client.root_dir or 'no workspace: the file is in no repository'
  vim.health.info(root)
end

return M
