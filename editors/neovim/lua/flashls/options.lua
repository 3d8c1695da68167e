--- The plugin's options: defaults, and a check that names what is wrong.
local M = {}

---@type flashls.Options
local defaults = {
  ghost_text = 'auto',
  keymaps = {
    accept = '<Tab>',
    accept_word = '<M-Right>',
    accept_line = '<M-C-Right>',
    dismiss = '<C-]>',
  },
}

local current = defaults

---@return flashls.Options
function M.get()
  return current
end

---@param options flashls.Options
---@return flashls.Options merged with the defaults
function M.set(options)
  for name in pairs(options) do
    if not vim.list_contains({ 'cmd', 'settings', 'ghost_text', 'keymaps' }, name) then
      error(('flashls: there is no option "%s"; see :help flashls-setup'):format(name), 0)
    end
  end
  vim.validate('flashls: cmd', options.cmd, 'table', true)
  vim.validate('flashls: settings', options.settings, 'table', true)
  vim.validate('flashls: keymaps', options.keymaps, 'table', true)
  vim.validate('flashls: ghost_text', options.ghost_text, function(value)
    return value == nil or vim.list_contains({ 'auto', 'builtin', 'plugin', 'off' }, value)
  end, '"auto", "builtin", "plugin" or "off"')
  for action in pairs(options.keymaps or {}) do
    if defaults.keymaps[action] == nil then
      error(('flashls: keymaps has no action "%s"; see :help flashls-keys'):format(action), 0)
    end
  end
  current = vim.tbl_deep_extend('force', defaults, options)
  return current
end

return M
