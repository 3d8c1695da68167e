;;; flashls.el --- Completions and fixes by a fast model, through Eglot or lsp-mode  -*- lexical-binding: t -*-

;; Put this file on your `load-path', then
;;   (require 'flashls)
;;   (flashls-eglot-setup)      ; or (flashls-lsp-mode-setup)
;; and `M-x eglot' in a buffer.  Eglot runs one server a buffer: flashls takes the place of another one there.
;; lsp-mode runs it beside others.

;;; Code:

(defgroup flashls nil "A fast model behind the editor." :group 'tools)

(defcustom flashls-command '("flashls" "serve")
  "The server's program and its arguments."
  :type '(repeat string))

(defcustom flashls-modes '(python-mode python-ts-mode js-mode js-ts-mode typescript-ts-mode go-ts-mode
                           rust-ts-mode java-mode java-ts-mode c-mode c-ts-mode c++-mode c++-ts-mode ruby-mode)
  "The major modes that flashls serves."
  :type '(repeat symbol))

(defcustom flashls-settings nil
  "The server's settings, as a property list: (:complete (:multiline t))."
  :type 'plist)

(defvar eglot-server-programs)
(declare-function eglot-execute-command "eglot")
(declare-function eglot-current-server "eglot")
(declare-function eglot--TextDocumentIdentifier "eglot")
(declare-function eglot--region-bounds "eglot")

(defun flashls--contact (&rest _)
  "What Eglot starts: the program and its initialization options."
  (append flashls-command (list :initializationOptions (or flashls-settings (make-hash-table)))))

;;;###autoload
(defun flashls-eglot-setup ()
  "Have Eglot start flashls in `flashls-modes'."
  (with-eval-after-load 'eglot
    (dolist (mode flashls-modes)
      (add-to-list 'eglot-server-programs (cons mode #'flashls--contact)))))

(declare-function lsp-register-client "lsp-mode")
(declare-function make-lsp-client "lsp-mode")
(declare-function lsp-stdio-connection "lsp-mode")

;;;###autoload
(defun flashls-lsp-mode-setup ()
  "Have lsp-mode start flashls in `flashls-modes', beside other servers."
  (with-eval-after-load 'lsp-mode
    (lsp-register-client
     (make-lsp-client :new-connection (lsp-stdio-connection (lambda () flashls-command))
                      :major-modes flashls-modes
                      :add-on? t
                      :initialization-options (lambda () (or flashls-settings (make-hash-table)))
                      :server-id 'flashls))))

(provide 'flashls)
;;; flashls.el ends here
