-- What vim.lsp.enable('flashls') starts. Without `filetypes` it serves every file that has a file type; the server's
-- own settings switch languages off.
local root_markers = { '.flashls.toml', '.git', '.hg', '.jj' }

---@type vim.lsp.Config
return {
  cmd = { 'flashls', 'serve' },
  -- Files only: Neovim 0.12 would attach to help pages too.
  root_dir = function(buf, on_dir)
    if vim.bo[buf].buftype == '' then
      on_dir(vim.fs.root(buf, root_markers))
    end
  end,
  before_init = function(params, config)
    params.initializationOptions = vim.tbl_get(config, 'settings', 'flashls') or vim.empty_dict()
    -- A client without ghost text is offered the suggestion in the completion menu. Neovim 0.11 does not say.
    local draws = require('flashls.options').get().ghost_text ~= 'off'
    params.capabilities.textDocument.inlineCompletion = draws and { dynamicRegistration = false } or nil
  end,
  -- Neovim tells a server of its own diagnostics only; what linters and other servers say is to be mended, too.
  on_init = function(client)
    local request = client.request
    client.request = function(self, method, params, ...)
      if method == 'textDocument/codeAction' and params and params.textDocument then
        local buf = vim.uri_to_bufnr(params.textDocument.uri)
        params = vim.deepcopy(params)
        params.context.diagnostics = require('flashls.place').diagnostics(buf, params.range)
      end
      return request(self, method, params, ...)
    end
  end,
  handlers = {
    ['$/progress'] = function(...)
      return require('flashls.stream').on_progress(...)
    end,
    ['flashls/status'] = function(...)
      return require('flashls.status').on_status(...)
    end,
  },
  commands = {
    ['flashls.explain'] = function(command, context)
      require('flashls.explain').from_command(command, context)
    end,
  },
}
