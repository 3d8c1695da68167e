--- Explanations and answers, streamed into a floating window.
local M = {}
local answer, ask, footer

--- `:Flash explain`: the given lines, else the function or symbol around the cursor.
function M.from_invocation(invocation)
  local here = require('flashls.place').of(invocation)
  if here then
    answer(here.client, here.buf, 'explain', { uri = here.uri, range = here.range })
  end
end

--- `:Flash ask`: the question behind it, or one that is asked for; about the given lines, if there are any.
function M.ask(invocation)
  local here = require('flashls.place').of(invocation)
  local question = vim.trim(invocation.args:gsub('^%s*%S+', '', 1))
  if here and question ~= '' then
    ask(here, invocation.range > 0, question)
  elseif here then
    vim.ui.input({ prompt = 'flashls: ask about the workspace: ' }, function(given)
      if given and vim.trim(given) ~= '' then
        ask(here, invocation.range > 0, given)
      end
    end)
  end
end

--- A code action's command, run here so that its text streams.
---@param command lsp.Command
---@param context lsp.HandlerContext
function M.from_command(command, context)
  answer(assert(vim.lsp.get_client_by_id(context.client_id)), context.bufnr, 'explain', command.arguments[1])
end

function ask(here, about_lines, question)
  local about = about_lines and { uri = here.uri, range = here.range } or {}
  answer(here.client, here.buf, 'ask', vim.tbl_extend('error', about, { question = question }))
end

---@param task 'explain'|'ask'
function answer(client, buf, task, argument)
  local stop
  local window = require('flashls.float').open('flashls: ' .. task, function()
    stop()
  end)
  window.footer('thinking …')
  local begun = false
  stop = require('flashls.stream').run(client, buf, 'flashls.' .. task, { argument }, {
    append = function(text)
      if not begun then
        begun = true
        window.footer('writing …')
      end
      window.append(text)
    end,
    finish = function(outcome)
      if outcome.text then
        window.replace(outcome.text)
      elseif outcome.error then
        window.append((begun and '\n\n' or '') .. outcome.error)
      end
      window.footer(footer(outcome))
    end,
  })
end

function footer(outcome)
  local words = {
    length = 'cut off: the longest reply allowed is reached',
    blocked = 'blocked by the provider',
    cancelled = 'cancelled',
    error = 'not finished: an error',
  }
  local parts = { outcome.error and words.error or words[outcome.reason] or 'done' }
  if type(outcome.cost_usd) == 'number' then
    table.insert(parts, ('$%.4f'):format(outcome.cost_usd))
  end
  table.insert(parts, 'q closes')
  return table.concat(parts, ' · ')
end

return M
