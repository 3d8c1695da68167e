--- A suggestion: `text` is to replace what stands from (row, col) to (end_row, end_col) in a buffer.
--- Rows and columns are 0-based, columns in bytes. The server's suggestions start at the cursor they were asked for.
local M = {}
local api = vim.api
local moved

---@class flashls.Suggestion
---@field row integer
---@field col integer
---@field end_row integer
---@field end_col integer
---@field text string
---@field command? lsp.Command To be run once the whole text is in the buffer.

--- From an item of textDocument/inlineCompletion.
---@return flashls.Suggestion
function M.from_item(item, buf, encoding)
  local function bytes(position)
    local line = api.nvim_buf_get_lines(buf, position.line, position.line + 1, false)[1] or ''
    return position.line, vim.str_byteindex(line, encoding, position.character, false)
  end
  local row, col = unpack(api.nvim_win_get_cursor(0))
  row = row - 1
  local end_row, end_col = row, col
  if item.range then
    row, col = bytes(item.range.start)
    end_row, end_col = bytes(item.range['end'])
  end
  local text = type(item.insertText) == 'table' and item.insertText.value or item.insertText
  return { row = row, col = col, end_row = end_row, end_col = end_col, text = text, command = item.command }
end

--- What is left of a suggestion when its own beginning was typed since; nil when something else was.
---@param suggestion flashls.Suggestion
---@return flashls.Suggestion?
function M.rest(suggestion, buf)
  local row, col = unpack(api.nvim_win_get_cursor(0))
  row = row - 1
  if row < suggestion.row or (row == suggestion.row and col < suggestion.col) then
    return nil
  end
  local ok, lines = pcall(api.nvim_buf_get_text, buf, suggestion.row, suggestion.col, row, col, {})
  local typed = ok and table.concat(lines, '\n')
  if not typed or #typed >= #suggestion.text or not vim.startswith(suggestion.text, typed) then
    return nil
  end
  return moved(suggestion, typed, row, col)
end

--- The part of a suggestion that is accepted at once: 'all', 'word' (with the blanks before it) or 'line'.
---@param part 'all'|'word'|'line'
---@return string
function M.head(suggestion, part)
  if part == 'line' then
    return suggestion.text:match('^\n?[^\n]*')
  elseif part == 'word' then
    local word = vim.fn.matchstr(suggestion.text, [[^\_s*\%(\k\+\|\%(\k\@!\S\)\+\)]])
    return word ~= '' and word or suggestion.text
  end
  return suggestion.text
end

--- Puts the head into the current buffer, the cursor behind it, as an undo step of its own.
---@param suggestion flashls.Suggestion
---@param head string
---@return flashls.Suggestion? what is left to accept
function M.insert(suggestion, head, buf)
  vim.go.undolevels = vim.go.undolevels
  local whole = #head == #suggestion.text
  local end_row, end_col = suggestion.row, suggestion.col
  if whole then
    end_row, end_col = suggestion.end_row, suggestion.end_col
  end
  local lines = vim.split(head, '\n', { plain = true })
  api.nvim_buf_set_text(buf, suggestion.row, suggestion.col, end_row, end_col, lines)
  local row = suggestion.row + #lines - 1
  local col = (#lines == 1 and suggestion.col or 0) + #lines[#lines]
  api.nvim_win_set_cursor(0, { row + 1, col })
  return not whole and moved(suggestion, head, row, col) or nil
end

--- A suggestion after `typed` was put at its start and the cursor came to (row, col).
function moved(suggestion, typed, row, col)
  local end_row = suggestion.end_row + row - suggestion.row
  local same_row = suggestion.end_row == suggestion.row
  local end_col = same_row and suggestion.end_col - suggestion.col + col or suggestion.end_col
  return vim.tbl_extend('force', suggestion, {
    row = row,
    col = col,
    end_row = end_row,
    end_col = end_col,
    text = suggestion.text:sub(#typed + 1),
  })
end

return M
