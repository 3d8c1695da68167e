;; Drives Emacs in batch mode through the lightbulb's entries that write: each is chosen by its title, behind an emoji.
;; Prints the entries seen; the text that came of it is saved.
(dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*")) (add-to-list 'load-path folder))
(add-to-list 'load-path (getenv "FLASHLS_TEST_LISP"))
(require 'flashls)
(flashls-eglot-setup)
(require 'eglot)
(setq eglot-sync-connect 30 eglot-connect-timeout 60 eglot-autoshutdown nil eglot-send-changes-idle-time 0
      eglot-confirm-server-initiated-edits nil eglot-confirm-server-edits nil
      make-backup-files nil create-lockfiles nil)

(defun until (reached what)
  "Wait at most 30 seconds for REACHED to give something; WHAT it was is said if it does not."
  (let ((end (+ (float-time) 30)) found)
    (while (and (not (setq found (funcall reached))) (< (float-time) end)) (accept-process-output nil 0.05))
    (or found (error "Waited in vain for %s: %S" what (buffer-string)))))

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

(find-file (getenv "FLASHLS_TEST_FILE"))
(python-mode)
(apply #'eglot (eglot--guess-contact))
(choose "Document with" "def " "Does 😀.")
(choose "Write the code" "# doubles" "def twice")
(save-buffer)
(eglot-shutdown (eglot-current-server))
