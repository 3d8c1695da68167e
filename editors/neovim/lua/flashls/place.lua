--- What a command is about, as the protocol has it: a server, a document, a range, what is wrong there.
local M = {}

---@class flashls.Place
---@field client vim.lsp.Client
---@field buf integer
---@field uri string
---@field range lsp.Range without extent, it means the function or symbol around it

--- The lines of a command's range, else the cursor, in the current buffer. Nil, said to the user, without a server.
---@param invocation table as nvim_create_user_command gives it
---@return flashls.Place?
function M.of(invocation)
  local buf = vim.api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ name = 'flashls', bufnr = buf })[1]
  if not client then
    vim.notify('flashls: no server is attached to this buffer; :checkhealth flashls says more', vim.log.levels.ERROR)
    return nil
  end
  local position = vim.lsp.util.make_position_params(0, client.offset_encoding).position
  local range = { start = position, ['end'] = position }
  if invocation.range > 0 then
    range = {
      start = { line = invocation.line1 - 1, character = 0 },
      ['end'] = { line = invocation.line2, character = 0 },
    }
  end
  return { client = client, buf = buf, uri = vim.uri_from_bufnr(buf), range = range }
end

--- What any source has said is wrong on the rows of a range, as the protocol has it.
---@param buf integer
---@param range lsp.Range
---@return lsp.Diagnostic[]
function M.diagnostics(buf, range)
  local first, last = range.start.line, range['end'].line
  if range['end'].character == 0 and last > first then
    last = last - 1
  end
  return vim.lsp.diagnostic.from(vim.tbl_filter(function(each)
    return each.lnum <= last and (each.end_lnum or each.lnum) >= first
  end, vim.diagnostic.get(buf)))
end

return M
