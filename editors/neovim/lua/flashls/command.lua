--- :Flash and its subcommands.
local M = {}

---@type table<string, fun(invocation: table)> by name; `invocation` as nvim_create_user_command gives it
local subcommands = {
  ask = function(invocation)
    require('flashls.explain').ask(invocation)
  end,
  explain = function(invocation)
    require('flashls.explain').from_invocation(invocation)
  end,
  status = function()
    require('flashls.status').show()
  end,
}

for _, task in ipairs({ 'commit', 'context', 'doc', 'fix', 'generate', 'review', 'test' }) do
  subcommands[task] = function(invocation)
    require('flashls.tasks')[task](invocation)
  end
end

function M.run(invocation)
  local name = invocation.fargs[1]
  local subcommand = subcommands[name]
  if subcommand then
    subcommand(invocation)
    return
  end
  local known = table.concat(M.complete('', 'Flash '), ', ')
  local wrong = name and (':Flash has no subcommand "%s"'):format(name) or ':Flash needs a subcommand'
  vim.notify(('flashls: %s; there are: %s'):format(wrong, known), vim.log.levels.ERROR)
end

---@return string[]
function M.complete(lead, line)
  if line:match('Flash!?%s+%S+%s') then
    return {}
  end
  local names = vim.tbl_filter(function(name)
    return vim.startswith(name, lead)
  end, vim.tbl_keys(subcommands))
  table.sort(names)
  return names
end

return M
