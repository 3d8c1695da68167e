--- Explanations, streamed into a floating window.
local M = {}
local explain, footer, range_of

--- `:Flash explain`: the given lines, else the function or symbol around the cursor.
function M.from_invocation(invocation)
  local buf = vim.api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ name = 'flashls', bufnr = buf })[1]
  if not client then
    vim.notify('flashls: no server is attached to this buffer; :checkhealth flashls says more', vim.log.levels.ERROR)
    return
  end
  explain(client, buf, { { uri = vim.uri_from_bufnr(buf), range = range_of(invocation, client.offset_encoding) } })
end

--- A code action's command, run here so that its text streams.
---@param command lsp.Command
---@param context lsp.HandlerContext
function M.from_command(command, context)
  explain(assert(vim.lsp.get_client_by_id(context.client_id)), context.bufnr, { command.arguments[1] })
end

function explain(client, buf, arguments)
  local stop
  local window = require('flashls.float').open('flashls: explain', function()
    stop()
  end)
  window.footer('thinking …')
  local begun = false
  stop = require('flashls.stream').run(client, buf, 'flashls.explain', arguments, {
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

function range_of(invocation, encoding)
  if invocation.range == 0 then
    local position = vim.lsp.util.make_position_params(0, encoding).position
    return { start = position, ['end'] = position }
  end
  return {
    start = { line = invocation.line1 - 1, character = 0 },
    ['end'] = { line = invocation.line2, character = 0 },
  }
end

return M
