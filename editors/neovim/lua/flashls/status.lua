--- What the server says about itself.
local M = {}
local lines_of

---@type table<integer, table> the last `flashls/status`, by client
local told = {}

--- Handles `flashls/status`. The autocommand `User FlashlsStatus` lets a status line draw itself again.
function M.on_status(_, params, context)
  told[context.client_id] = params
  vim.api.nvim_exec_autocmds('User', { pattern = 'FlashlsStatus', modeline = false, data = params })
end

--- A few words for a status line; empty while no server runs.
---@return string
function M.line()
  local client = vim.lsp.get_clients({ name = 'flashls' })[1]
  if not client then
    return ''
  end
  local status = told[client.id] or { state = 'starting' }
  local message = (status.message or '') ~= '' and ': ' .. status.message or ''
  return 'flashls: ' .. status.state .. message
end

--- `:Flash status`: the model, the state and the last requests with their reasons, in a floating window.
function M.show()
  local client = vim.lsp.get_clients({ name = 'flashls' })[1]
  if not client then
    vim.notify('flashls: no server runs; :checkhealth flashls says more', vim.log.levels.ERROR)
    return
  end
  M.ask(client, function(error, status)
    local window = require('flashls.float').open('flashls: status')
    window.replace(error or table.concat(lines_of(status, told[client.id] or {}), '\n'))
  end)
end

--- Asks a server for its status; calls back with an error message or the status.
---@param callback fun(error?: string, status?: table)
function M.ask(client, callback)
  client:request('workspace/executeCommand', { command = 'flashls.status', arguments = {} }, function(error, status)
    callback(error and error.message, status)
  end, vim.api.nvim_get_current_buf())
end

function lines_of(status, last_told)
  local lines = {
    ('state: %s'):format(status.state or 'starting'),
    ('model: %s'):format(status.model or 'none'),
  }
  if (last_told.message or '') ~= '' then
    table.insert(lines, last_told.message)
  end
  if type(last_told.cost_today_usd) == 'number' then
    table.insert(lines, ('spent today: $%.4f'):format(last_told.cost_today_usd))
  end
  vim.list_extend(lines, { '', 'The last requests, newest last:', '' })
  for _, last in ipairs(status.last or {}) do
    local detail = (last.detail or '') ~= '' and ': ' .. last.detail or ''
    table.insert(lines, ('- %s: %s%s, %.0f ms'):format(last.what, last.reason, detail, last.ms))
  end
  return lines
end

return M
