--- A floating window with Markdown that can grow while one reads it. `q` and <Esc> close it.
local M = {}
local api = vim.api
local furnish, paper, place, write

---@class flashls.Float
---@field append fun(text: string)
---@field replace fun(text: string)
---@field footer fun(text: string)

--- Opens the window and enters it.
---@param title string
---@param on_close? fun()
---@return flashls.Float
function M.open(title, on_close)
  local buf = paper(on_close)
  local win = api.nvim_open_win(buf, true, place(title))
  furnish(win)
  return {
    append = function(text)
      write(win, buf, -1, text)
    end,
    replace = function(text)
      if api.nvim_buf_is_valid(buf) and table.concat(api.nvim_buf_get_lines(buf, 0, -1, false), '\n') ~= text then
        write(win, buf, 0, text)
      end
    end,
    footer = function(text)
      if api.nvim_win_is_valid(win) then
        api.nvim_win_set_config(win, { footer = (' %s '):format(text), footer_pos = 'right' })
      end
    end,
  }
end

function paper(on_close)
  local buf = api.nvim_create_buf(false, true)
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].filetype = 'markdown'
  vim.bo[buf].modifiable = false
  pcall(vim.treesitter.start, buf, 'markdown')
  for _, key in ipairs({ 'q', '<Esc>' }) do
    vim.keymap.set('n', key, '<Cmd>close<CR>', { buffer = buf, nowait = true, desc = 'flashls: close' })
  end
  api.nvim_create_autocmd('BufWipeout', { buffer = buf, once = true, callback = on_close or function() end })
  return buf
end

function furnish(win)
  local text = { wrap = true, linebreak = true, conceallevel = 2, concealcursor = 'nc' }
  local frame = { number = false, relativenumber = false, signcolumn = 'no', fillchars = 'eob: ' }
  for option, value in pairs(vim.tbl_extend('error', text, frame)) do
    vim.wo[win][0][option] = value
  end
end

--- Puts text in from a row to the end: 0 for all, -1 to append. The cursor stays where the reader has it; text that
--- comes in at the cursor would take it along.
function write(win, buf, row, text)
  if not api.nvim_buf_is_valid(buf) or not api.nvim_win_is_valid(win) then
    return
  end
  local cursor = api.nvim_win_get_cursor(win)
  vim.bo[buf].modifiable = true
  api.nvim_buf_set_text(buf, row, row, -1, -1, vim.split(text, '\n', { plain = true }))
  vim.bo[buf].modifiable = false
  pcall(api.nvim_win_set_cursor, win, cursor)
end

function place(title)
  local width = math.max(20, math.min(100, vim.o.columns - 4))
  local height = math.max(3, math.floor(vim.o.lines * 0.6))
  return {
    relative = 'editor',
    width = width,
    height = height,
    row = math.floor((vim.o.lines - height) / 2) - 1,
    col = math.floor((vim.o.columns - width) / 2),
    border = (vim.o.winborder == '' or vim.o.winborder == 'none') and 'rounded' or vim.o.winborder,
    title = (' %s '):format(title),
  }
end

return M
