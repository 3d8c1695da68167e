--- Commands of the server whose text arrives piece by piece, by `$/progress` on a token of ours.
local M = {}
local count = 0

---@class flashls.Sink
---@field append fun(text: string)
---@field finish fun(outcome: {reason: string, cost_usd?: number, error?: string, text?: string})

---@type table<string, flashls.Sink> by token
local sinks = {}

--- Runs a command of the server. `finish` is called once, unless the returned function stopped it before.
---@param arguments table without the token
---@param sink flashls.Sink
---@return fun() stop
function M.run(client, buf, command, arguments, sink)
  count = count + 1
  local token = ('flashls-%d-%d'):format(vim.uv.os_getpid(), count)
  local outcome = { reason = 'stop' }
  sinks[token] = {
    append = sink.append,
    finish = function(value)
      outcome = value
    end,
  }
  local params = { command = command, arguments = vim.list_extend(vim.deepcopy(arguments), { { token = token } }) }
  local sent, request = client:request('workspace/executeCommand', params, function(error, result)
    if sinks[token] then
      sinks[token] = nil
      outcome.error = error and error.message
      outcome.text = type(result) == 'string' and result or nil
      sink.finish(outcome)
    end
  end, buf)
  if not sent then
    sinks[token] = nil
    sink.finish({ reason = 'error', error = 'the server has stopped; :LspLog may say why' })
  end
  return function()
    if sinks[token] then
      sinks[token] = nil
      client:cancel_request(request)
    end
  end
end

--- Handles `$/progress`: our tokens here, all others by Neovim.
function M.on_progress(error, params, context)
  local sink, value = sinks[params.token], params.value
  if not sink then
    if type(value) == 'table' and value.kind == 'append' then
      return
    end
    return vim.lsp.handlers['$/progress'](error, params, context)
  end
  if value.kind == 'append' then
    sink.append(value.text)
  elseif value.kind == 'end' then
    sink.finish({ reason = value.reason, cost_usd = value.cost_usd })
  end
end

return M
