--- The tasks that write code or mark it: what each asks of the server, and what is said when it is done.
local place = require('flashls.place')
local M = {}
local asked, request, shown_beside, tell

--- Mends what is wrong in the lines, or at the cursor.
function M.fix(invocation)
  request(invocation, 'flashls.fix', function(here)
    local known = place.diagnostics(here.buf, here.range)
    return #known > 0 and { diagnostics = known } or {}
  end, function(answer)
    return answer.applied and (answer.state == 'verified' and 'fixed, ' or 'fixed, not verified: ') .. answer.how
  end)
end

--- Writes doc comments: for the function or symbol, or for all in the file with a bang.
function M.doc(invocation)
  request(invocation, 'flashls.document', function()
    return invocation.bang and { all = true } or {}
  end, function(answer)
    return answer.applied and 'documented ' .. table.concat(answer.symbols, ', ')
  end)
end

--- Writes tests, and shows them in a window of their own.
function M.test(invocation)
  request(invocation, 'flashls.test', function() end, function(answer)
    if answer.applied then
      shown_beside(answer.uri)
      return ('%d test%s written, %s'):format(#answer.names, #answer.names == 1 and '' or 's', answer.how)
    end
  end)
end

--- Writes the code that the rest of the command asks for, or the comment at the cursor.
function M.generate(invocation)
  request(invocation, 'flashls.generate', function()
    return { instruction = asked(invocation) }
  end, function(answer)
    local note = (answer.note or '') ~= '' and ': ' .. answer.note or ''
    return answer.applied and 'code written, ' .. answer.how .. note
  end)
end

--- Reviews the lines, or the file, or what has changed in it since a revision; findings become diagnostics.
function M.review(invocation)
  local since = asked(invocation)
  request(invocation, 'flashls.review', function(here)
    here.range = invocation.range > 0 and here.range or nil
    return { since = since ~= '' and since or nil }
  end, function(answer)
    local dropped = answer.dropped > 0 and (', %d dropped'):format(answer.dropped) or ''
    local count = answer.findings > 0 and answer.findings or 'no'
    return ('%s finding%s%s'):format(count, answer.findings == 1 and '' or 's', dropped)
  end)
end

--- Writes a message for what is staged: at the top of the commit's own buffer, elsewhere into a window to read.
function M.commit(invocation)
  local buf = vim.api.nvim_get_current_buf()
  request(invocation, 'flashls.commitMessage', function(here)
    return { uri = here.client.root_dir and vim.uri_from_fname(here.client.root_dir) }
  end, function(message)
    if vim.bo[buf].filetype ~= 'gitcommit' then
      require('flashls.float').open('flashls: commit').replace(message)
      return nil
    end
    vim.api.nvim_buf_set_lines(buf, 0, 0, false, vim.split(message, '\n'))
    return 'message written'
  end)
end

--- Shows exactly what a completion at the cursor would send.
function M.context(invocation)
  request(invocation, 'flashls.showContext', function(here)
    return { position = here.range.start }
  end, function(page)
    require('flashls.float').open('flashls: context').replace(page)
  end)
end

--- What the user wrote behind the subcommand's name.
function asked(invocation)
  return vim.trim(invocation.args:gsub('^%s*%S+', '', 1))
end

---@param more fun(here: flashls.Place): table? what the command takes besides the document and the range
---@param ending fun(answer: any): string? what is to be said of an answer; why something was not done the server says
function request(invocation, command, more, ending)
  local here = place.of(invocation)
  if not here then
    return
  end
  local extra = more(here) or {}
  local argument = vim.tbl_extend('force', { uri = here.uri, range = here.range }, extra)
  here.client:request('workspace/executeCommand', { command = command, arguments = { argument } }, function(error, answer)
    if error then
      tell(error.message, vim.log.levels.ERROR)
    else
      tell(ending(answer))
    end
  end, here.buf)
end

function shown_beside(uri)
  local buf, here = vim.uri_to_bufnr(uri), vim.api.nvim_get_current_win()
  vim.bo[buf].buflisted = true
  if vim.fn.bufwinid(buf) == -1 then
    vim.cmd('vertical sbuffer ' .. buf)
    vim.api.nvim_set_current_win(here)
  end
end

--- Neovim asks for Enter below more than a line: where it has just said that it applied an edit, or a line too long.
function tell(text, level)
  if text then
    text = 'flashls: ' .. text
    if not level and vim.fn.strdisplaywidth(text) > vim.v.echospace then
      text = vim.fn.strcharpart(text, 0, vim.v.echospace - 1) .. '…'
    end
    vim.cmd.redraw()
    vim.notify(text, level or vim.log.levels.INFO)
  end
end

return M
