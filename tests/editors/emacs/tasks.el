;; Drives Emacs in batch mode through the lightbulb's entries that write: each is chosen by its title, behind an emoji.
;; Prints the entries seen; the text that came of it is saved.
(load (expand-file-name "setup.el" (file-name-directory load-file-name)))

(defun choose (title place after)
  "Choose the entry that begins with TITLE behind PLACE; wait until the text holds AFTER."
  (goto-char (point-min))
  (search-forward place)
  (let* ((actions (append (eglot-code-actions (point) (point) nil) nil))
         (action (seq-find (lambda (each) (string-prefix-p title (plist-get each :title))) actions))
         (command (plist-get action :command)))
    (princ (format "entries %S\n" (mapcar (lambda (each) (plist-get each :title)) actions)))
    (eglot-execute-command
     (eglot-current-server) (intern (plist-get command :command)) (plist-get command :arguments)))
  (until (lambda () (save-excursion (goto-char (point-min)) (search-forward after nil t))) after))

(begin)
(choose "Document with" "def " "Does 😀.")
(choose "Write the code" "# doubles" "def twice")
(save-buffer)
(eglot-shutdown (eglot-current-server))
