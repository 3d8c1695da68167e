--- Keys that act while a suggestion is shown and otherwise do what they did before.
local inline = require('flashls.inline')
local options = require('flashls.options')
local M = {}
local api = vim.api
local mapped, fall_through, keys_of

local actions = {
  accept = function(otherwise)
    return inline.accept('all', otherwise)
  end,
  accept_word = function(otherwise)
    return inline.accept('word', otherwise)
  end,
  accept_line = function(otherwise)
    return inline.accept('line', otherwise)
  end,
  dismiss = function()
    return inline.dismiss()
  end,
}

---@type table<integer, table<string, table>> by buffer and key: the buffer's own mapping that ours took the place of
local covered = {}

function M.map(buf)
  if covered[buf] then
    return
  end
  covered[buf] = {}
  for action, key in pairs(options.get().keymaps) do
    if key then
      covered[buf][key] = mapped(api.nvim_buf_get_keymap(buf, 'i'), key) or {}
      vim.keymap.set('i', key, function()
        local function otherwise()
          fall_through(buf, key)
        end
        if not actions[action](otherwise) then
          otherwise()
        end
      end, { buffer = buf, desc = 'flashls: ' .. action:gsub('_', ' ') })
    end
  end
end

function M.unmap(buf)
  for key, previous in pairs(api.nvim_buf_is_valid(buf) and covered[buf] or {}) do
    pcall(vim.keymap.del, 'i', key, { buffer = buf })
    if previous.lhs then
      vim.fn.mapset('i', false, previous)
    end
  end
  covered[buf] = nil
end

--- What the key did before: the buffer's earlier mapping, else the global one, else the key itself.
function fall_through(buf, key)
  local previous = vim.tbl_get(covered, buf, key) or {}
  if not previous.lhs then
    previous = mapped(api.nvim_get_keymap('i'), key)
  end
  if previous and previous.callback and previous.expr ~= 1 then
    previous.callback()
    return
  end
  local raw = vim.keycode(key)
  local keys = previous and keys_of(previous) or raw
  -- A mapping that starts with its own key would come back to us for ever.
  local remap = previous and previous.noremap ~= 1 and not vim.startswith(keys, raw)
  api.nvim_feedkeys(keys, remap and 'im' or 'in', false)
end

function keys_of(mapping)
  local rhs = (mapping.rhs or ''):gsub('<SID>', ('<SNR>%d_'):format(mapping.sid))
  if mapping.expr ~= 1 then
    return vim.keycode(rhs)
  end
  local keys = mapping.callback or function()
    return api.nvim_eval(rhs)
  end
  keys = keys() or ''
  return mapping.replace_keycodes == 1 and vim.keycode(keys) or keys
end

function mapped(mappings, key)
  local raw = vim.keycode(key)
  return vim.iter(mappings):find(function(mapping)
    return mapping.lhsraw == raw or mapping.lhsrawalt == raw
  end)
end

return M
