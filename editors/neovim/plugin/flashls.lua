-- Read at every start of Neovim: it registers names and requires nothing until one of them is used.
if vim.g.loaded_flashls then
  return
end
vim.g.loaded_flashls = true

vim.api.nvim_create_user_command('Flash', function(invocation)
  require('flashls.command').run(invocation)
end, {
  nargs = '*',
  range = true,
  bang = true,
  desc = 'flashls: explain, fix, document, test, generate, review, ask',
  complete = function(lead, line)
    return require('flashls.command').complete(lead, line)
  end,
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('flashls', {}),
  desc = 'flashls: ghost text',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'flashls' then
      require('flashls.inline').attach(client, event.buf)
    end
  end,
})
