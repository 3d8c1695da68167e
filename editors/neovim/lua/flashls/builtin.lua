--- Ghost text by Neovim's own vim.lsp.inline_completion (0.12 and later); accepting is ours, because the built-in one
--- inserts a suggestion as it was asked for, whatever was typed since.
local suggestion = require('flashls.suggestion')
local M = {}
local api = vim.api
local inline_completion = vim.lsp.inline_completion
local from_completion

function M.attach(client, buf)
  inline_completion.enable(true, { bufnr = buf })
  -- It asks when the cursor moves: who has typed before the server was there would have to type once more.
  vim.schedule(function()
    if client and buf == api.nvim_get_current_buf() and api.nvim_get_mode().mode == 'i' then
      api.nvim_exec_autocmds('CursorMovedI', { buffer = buf, modeline = false })
    end
  end)
end

function M.detach(buf)
  inline_completion.enable(false, { bufnr = buf })
end

--- Whether a suggestion is on the screen.
function M.visible(buf)
  local namespace = api.nvim_get_namespaces()['nvim.lsp.inline_completion']
  return namespace ~= nil and #api.nvim_buf_get_extmarks(buf, namespace, 0, -1, { limit = 1 }) > 0
end

---@param part 'all'|'word'|'line'
---@param otherwise fun() called when what was typed since does not fit the suggestion
function M.accept(buf, part, otherwise)
  return inline_completion.get({
    bufnr = buf,
    on_accept = function(item)
      local shown = from_completion(item)
      local client = vim.lsp.get_client_by_id(item.client_id)
      if not shown or not client then
        return item
      end
      local rest = suggestion.rest(shown, buf)
      if not rest then
        otherwise()
      elseif not suggestion.insert(rest, suggestion.head(rest, part), buf) and rest.command then
        client:exec_cmd(rest.command, { bufnr = buf })
      end
    end,
  })
end

function M.dismiss(buf)
  M.detach(buf)
  M.attach(nil, buf)
end

--- Snippets, and items without a range, are left to Neovim: this server sends neither.
function from_completion(item)
  if type(item.insert_text) ~= 'string' or not item.range then
    return nil
  end
  local row, col, end_row, end_col = item.range:to_extmark()
  local text, command = item.insert_text, item.command
  return { row = row, col = col, end_row = end_row, end_col = end_col, text = text, command = command }
end

return M
