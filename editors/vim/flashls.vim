vim9script
# flashls for Vim 9 with https://github.com/yegappan/lsp: source this file from your vimrc, after the plugin.
# Suggestions come by omni completion (CTRL-X CTRL-O) and as you type, fixes and more by :LspCodeAction.
g:LspOptionsSet({completionTextEdit: true, omniComplete: true})
g:LspAddServer([{
  name: 'flashls',
  filetype: get(g:, 'flashls_filetypes', ['python', 'javascript', 'typescript', 'go', 'rust', 'java', 'c', 'cpp', 'ruby']),
  path: get(g:, 'flashls_executable', 'flashls'),
  args: ['serve'],
  initializationOptions: get(g:, 'flashls_settings', {}),
}])
