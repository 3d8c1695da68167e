;; Drives Emacs in batch mode: the configuration that users load, Eglot, the real server. Prints what each step saw.
(load (expand-file-name "setup.el" (file-name-directory load-file-name)))

(defun lines-at (line text)
  "Go to the end of LINE, which is made to be TEXT."
  (goto-char (point-min))
  (forward-line (1- line))
  (delete-region (line-beginning-position) (line-end-position))
  (insert text))

(begin)
(princ (format "encoding %s\n" (plist-get (eglot--capabilities (eglot-current-server)) :positionEncoding)))

(lines-at 3 "total = ")
(let* ((at-point (eglot-completion-at-point))
       (offered (until (lambda () (all-completions "" (nth 2 at-point))) "a suggestion")))
  (princ (format "offered %S\n" (mapcar #'substring-no-properties offered)))
  (insert (car offered))
  (funcall (plist-get (nthcdr 3 at-point) :exit-function) (car offered) 'finished))
(princ (format "accepted %S\n" (buffer-substring-no-properties (line-beginning-position) (line-end-position))))

(goto-char (point-min))
(let* ((actions (append (eglot-code-actions (line-beginning-position) (line-end-position) nil) nil))
       (fix (seq-find (lambda (action) (string-match "What is wrong" (plist-get action :title))) actions))
       (command (plist-get fix :command)))
  (princ (format "actions %S\n" (mapcar (lambda (action) (plist-get action :title)) actions)))
  (eglot-execute-command (eglot-current-server) (intern (plist-get command :command)) (plist-get command :arguments)))
(until (lambda () (save-excursion (goto-char (point-min)) (search-forward "t = 1" nil t))) "the fix")
(save-buffer)
(princ (format "fixed %S\n" (buffer-substring-no-properties (line-beginning-position) (line-end-position))))
(eglot-shutdown (eglot-current-server))
