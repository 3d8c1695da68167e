" flashls for Vim 8 with ALE (https://github.com/dense-analysis/ale): source this file from your vimrc, after the plugin.
" Suggestions come by omni completion (CTRL-X CTRL-O), up to the first bracket; ALE cannot apply a server's fixes.
for s:type in get(g:, 'flashls_filetypes', ['python', 'javascript', 'typescript', 'go', 'rust', 'java', 'c', 'cpp', 'ruby'])
  call ale#linter#Define(s:type, {
  \ 'name': 'flashls',
  \ 'lsp': 'stdio',
  \ 'executable': get(g:, 'flashls_executable', 'flashls'),
  \ 'command': '%e serve',
  \ 'project_root': {buffer -> fnamemodify(ale#path#FindNearestDirectory(buffer, '.git') ?? bufname(buffer), ':p:h:h')},
  \ 'initialization_options': get(g:, 'flashls_settings', {}),
  \})
endfor

set omnifunc=ale#completion#OmniFunc completeopt=menuone,noinsert
