;; What driving Emacs begins with: the configuration that users load, Eglot with the real server, and a way to wait.
(dolist (folder (file-expand-wildcards "/usr/share/emacs/site-lisp/elpa/*")) (add-to-list 'load-path folder))
(add-to-list 'load-path (getenv "FLASHLS_TEST_LISP"))
(require 'flashls)
(flashls-eglot-setup)
(require 'eglot)
(setq eglot-sync-connect 30 eglot-connect-timeout 60 eglot-autoshutdown nil eglot-send-changes-idle-time 0
      eglot-confirm-server-initiated-edits nil eglot-confirm-server-edits nil
      make-backup-files nil create-lockfiles nil inhibit-startup-screen t
      native-comp-async-report-warnings-errors nil jsonrpc-default-request-timeout 60)

;; Shows what `completion-at-point' would take at once where it is the only one. One key, for an error discards the next.
(global-set-key [f5] #'completion-help-at-point)

(defun until (reached what)
  "Wait at most 30 seconds for REACHED to give something; WHAT it was is said if it does not."
  (let ((end (+ (float-time) 30)) found)
    (while (and (not (setq found (funcall reached))) (< (float-time) end)) (accept-process-output nil 0.05))
    (or found (error "Waited in vain for %s: %S" what (buffer-string)))))

(defun begin ()
  "Open the file, with the server started."
  (find-file (getenv "FLASHLS_TEST_FILE"))
  (python-mode)
  (apply #'eglot (eglot--guess-contact)))
