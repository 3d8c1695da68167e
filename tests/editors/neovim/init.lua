-- The configuration that the tests give Neovim: the plugin as a user would set it up, and eyes to look at the screen.
vim.opt.runtimepath:prepend(vim.env.FLASHLS_TEST_PLUGIN)
vim.o.swapfile = false
vim.o.shadafile = 'NONE'
vim.o.completeopt = 'menuone,noinsert,popup'
vim.lsp.log.set_level('debug')

require('flashls').setup(vim.json.decode(vim.env.FLASHLS_TEST_SETUP))

local eyes = {}
_G.eyes = eyes

-- The suggestion as it is drawn: { row, byte column, text }, or nil.
function eyes.ghost(buf)
  for _, name in ipairs({ 'flashls', 'nvim.lsp.inline_completion' }) do
    local namespace = vim.api.nvim_get_namespaces()[name]
    local marks = namespace and vim.api.nvim_buf_get_extmarks(buf or 0, namespace, 0, -1, { details = true })
    for _, mark in ipairs(marks or {}) do
      local lines = { mark[4].virt_text or {} }
      vim.list_extend(lines, mark[4].virt_lines or {})
      local text = vim.tbl_map(function(chunks)
        return vim.iter(chunks):map(function(chunk)
          return chunk[1]
        end):join('')
      end, lines)
      return { mark[2], mark[3], table.concat(text, '\n') }
    end
  end
end

-- The screen, line by line, as a terminal would show it.
function eyes.screen()
  vim.cmd.redraw()
  return vim.iter(vim.fn.range(1, vim.o.lines)):map(function(row)
    local cells = vim.iter(vim.fn.range(1, vim.o.columns)):map(function(column)
      return vim.fn.screenstring(row, column)
    end)
    return (cells:join(''):gsub('%s+$', ''))
  end):totable()
end

-- What stands on the cursor's line, and the suggestion, each time that the screen changes. Neovim draws twice for one
-- key (once for the syntax, before it tells that the cursor has moved) and sends both at once: the last one counts.
eyes.frames = {}
local drawn
vim.api.nvim_set_decoration_provider(vim.api.nvim_create_namespace('eyes'), {
  on_win = function(_, win, buf)
    local row = vim.api.nvim_win_get_cursor(win)[1] - 1
    local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
    local ghost = eyes.ghost(buf)
    drawn = { line, ghost and ghost[3] or '' }
    vim.schedule(function()
      table.insert(eyes.frames, drawn)
    end)
  end,
})
