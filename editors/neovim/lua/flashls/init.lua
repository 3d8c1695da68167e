--- Optional set-up; `vim.lsp.enable('flashls')` alone is enough.
local M = {}

---@class flashls.Options
---@field cmd? string[] How to start the server.
---@field settings? table The server's settings, as in |flashls-settings|.
---@field ghost_text? 'auto'|'builtin'|'plugin'|'off' Who draws suggestions; see |flashls-ghost-text|.
---@field keymaps? table<string, string|false> Keys by action; false for none. See |flashls-keys|.

--- Sets options and enables the server. Raises an error that names the option that is wrong.
---@param options? flashls.Options
function M.setup(options)
  options = require('flashls.options').set(options or {})
  -- A plugin manager that adds this folder to the runtimepath late has not read it.
  vim.cmd.runtime('plugin/flashls.lua')
  vim.lsp.config('flashls', {
    cmd = options.cmd,
    settings = options.settings and { flashls = options.settings },
  })
  vim.lsp.enable('flashls')
end

--- A few words for a status line, such as "flashls: busy"; empty while no server runs.
---@return string
function M.status()
  return require('flashls.status').line()
end

--- What keys can be mapped to: each does its work and returns true, or returns false if no suggestion is shown.
function M.accept()
  return require('flashls.inline').accept('all')
end

function M.accept_word()
  return require('flashls.inline').accept('word')
end

function M.accept_line()
  return require('flashls.inline').accept('line')
end

function M.dismiss()
  return require('flashls.inline').dismiss()
end

return M
