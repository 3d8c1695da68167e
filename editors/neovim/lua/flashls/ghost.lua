--- Ghost text by extmarks: for Neovim 0.11, and for later ones by choice. It asks at every change and lets the server
--- set the pace; an older request is cancelled, and a reply is drawn only at the place and text it was asked for.
local suggestion = require('flashls.suggestion')
local M = {}
local api = vim.api
local namespace = api.nvim_create_namespace('flashls')
local ask, cancel, draw, here, refresh, virtual_lines

---@class flashls.GhostState
---@field client_id integer
---@field asked? string Where the last request was made for.
---@field request? integer The id of the request that is under way.
---@field shown? flashls.Suggestion
---@type table<integer, flashls.GhostState>
local states = {}

function M.attach(client, buf)
  states[buf] = { client_id = client.id }
  local group = api.nvim_create_augroup('flashls.ghost.' .. buf, {})
  local function on(events, callback)
    api.nvim_create_autocmd(events, { group = group, buffer = buf, callback = callback })
  end
  on({ 'TextChangedI', 'CursorMovedI', 'TextChangedP' }, function()
    refresh(buf)
  end)
  -- The cursor gets its place, and the menu goes, only after these.
  on({ 'InsertEnter', 'CompleteDone' }, function()
    vim.schedule(function()
      refresh(buf)
    end)
  end)
  on({ 'InsertLeave', 'BufLeave' }, function()
    M.clear(buf)
  end)
  on('BufWipeout', function()
    states[buf] = nil
  end)
  vim.schedule(function()
    refresh(buf)
  end)
end

function M.detach(buf)
  M.clear(buf)
  states[buf] = nil
  api.nvim_create_augroup('flashls.ghost.' .. buf, {})
end

--- Whether a suggestion is on the screen.
function M.visible(buf)
  return #api.nvim_buf_get_extmarks(buf, namespace, 0, -1, { limit = 1 }) > 0
end

---@param part 'all'|'word'|'line'
function M.accept(buf, part)
  local state = states[buf]
  local shown = suggestion.rest(state.shown, buf)
  if not shown then
    return false
  end
  state.shown = suggestion.insert(shown, suggestion.head(shown, part), buf)
  draw(buf, state.shown)
  local client = vim.lsp.get_client_by_id(state.client_id)
  if not state.shown and shown.command and client then
    client:exec_cmd(shown.command, { bufnr = buf })
  end
  return true
end

--- Takes the suggestion off the screen; the next one comes with the next change.
function M.dismiss(buf)
  local state = states[buf]
  cancel(state)
  state.shown = nil
  draw(buf, nil)
end

function M.clear(buf)
  local state = states[buf]
  if state then
    M.dismiss(buf)
    state.asked = nil
  end
end

function refresh(buf)
  local state = states[buf]
  if not state or api.nvim_get_current_buf() ~= buf or not vim.startswith(api.nvim_get_mode().mode, 'i') then
    return
  end
  state.shown = state.shown and suggestion.rest(state.shown, buf)
  draw(buf, state.shown)
  if vim.fn.pumvisible() == 0 then
    ask(buf, state)
  end
end

function ask(buf, state)
  local client, place = vim.lsp.get_client_by_id(state.client_id), here(buf)
  if not client or state.asked == place then
    return
  end
  cancel(state)
  state.asked = place
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  ---@diagnostic disable-next-line: inject-field
  params.context = { triggerKind = 2 }
  -- With the buffer's own number Neovim sends the change first; with 0 it would not.
  local _, request = client:request('textDocument/inlineCompletion', params, function(error, result)
    if error or states[buf] ~= state or state.asked ~= place or here(buf) ~= place then
      return
    end
    state.request = nil
    local item = result and (result.items or result)[1]
    state.shown = item and suggestion.from_item(item, buf, client.offset_encoding)
    draw(buf, state.shown)
  end, buf)
  state.request = request
end

function cancel(state)
  local client = vim.lsp.get_client_by_id(state.client_id)
  if state.request and client then
    client:cancel_request(state.request)
  end
  state.request = nil
end

--- The text and the cursor, in a form that can be compared.
function here(buf)
  local row, col = unpack(api.nvim_win_get_cursor(0))
  return ('%d %d %d %d'):format(api.nvim_get_current_buf(), api.nvim_buf_get_changedtick(buf), row, col)
end

---@param shown? flashls.Suggestion
function draw(buf, shown)
  if not shown or vim.fn.pumvisible() == 1 then
    api.nvim_buf_clear_namespace(buf, namespace, 0, -1)
    return
  end
  local lines = virtual_lines(buf, shown)
  api.nvim_buf_set_extmark(buf, namespace, shown.row, shown.col, {
    id = 1,
    virt_text = lines[1],
    virt_text_pos = 'inline',
    virt_lines = { unpack(lines, 2) },
    hl_mode = 'combine',
  })
end

--- The suggestion in chunks, line by line, without what the buffer shows behind the cursor anyway.
function virtual_lines(buf, shown)
  local lines = vim.split(shown.text, '\n', { plain = true })
  local replaced = api.nvim_buf_get_text(buf, shown.row, shown.col, shown.end_row, shown.end_col, {})[1]
  if vim.endswith(lines[1], replaced) then
    lines[1] = lines[1]:sub(1, #lines[1] - #replaced)
  end
  return vim.tbl_map(function(line)
    return { { line, 'FlashlsGhost' } }
  end, lines)
end

return M
