--- Suggestions, whoever draws them: keys, accepting, dismissing.
local options = require('flashls.options')
local M = {}
local api = vim.api
local drawer

---@type table<integer, table> who draws, by buffer
local drawers = {}

function M.attach(client, buf)
  local chosen = drawer(options.get().ghost_text)
  if not chosen then
    return
  end
  local like = vim.fn.hlexists('ComplHint') == 1 and 'ComplHint' or 'NonText'
  api.nvim_set_hl(0, 'FlashlsGhost', { link = like, default = true })
  drawers[buf] = chosen
  chosen.attach(client, buf)
  require('flashls.keys').map(buf)
  api.nvim_create_autocmd('LspDetach', {
    group = api.nvim_create_augroup('flashls.inline.' .. buf, {}),
    buffer = buf,
    callback = function(event)
      if event.data.client_id == client.id then
        chosen.detach(buf)
        drawers[buf] = nil
        require('flashls.keys').unmap(buf)
        return true
      end
    end,
  })
end

--- Accepts what is shown, or its next word or line. False, with nothing done, if nothing is shown.
---@param part 'all'|'word'|'line'
---@param otherwise? fun() called later when it turns out that nothing can be accepted after all
---@return boolean
function M.accept(part, otherwise)
  local buf = api.nvim_get_current_buf()
  if vim.fn.pumvisible() == 1 or not M.visible(buf) then
    return false
  end
  return drawers[buf].accept(buf, part, otherwise or function() end)
end

--- Takes what is shown off the screen. False if nothing is shown.
---@return boolean
function M.dismiss()
  local buf = api.nvim_get_current_buf()
  if not M.visible(buf) then
    return false
  end
  drawers[buf].dismiss(buf)
  return true
end

---@return boolean
function M.visible(buf)
  return drawers[buf] ~= nil and drawers[buf].visible(buf)
end

function drawer(choice)
  local has_builtin = vim.lsp.inline_completion ~= nil
  if choice == 'off' then
    return nil
  elseif choice == 'plugin' or not has_builtin then
    return require('flashls.ghost')
  end
  return require('flashls.builtin')
end

return M
