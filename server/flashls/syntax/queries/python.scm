; In every file here a paragraph holds either definitions or imports. Captures: @definition.KIND is the whole
; definition, @name its name, @body what its signature leaves out (the grammar's own field "body" when not captured),
; @container the type that a method is written apart from; @import a statement that brings names into the file.
; Variables are definitions at the top of a file only, which the code sees to: a pattern that starts at a file's root
; would make every query over a part of it walk the whole.

(class_definition name: (identifier) @name) @definition.class
(function_definition name: (identifier) @name) @definition.function
(expression_statement (assignment left: (identifier) @name)) @definition.variable
(type_alias_statement left: (type (identifier) @name)) @definition.type

(import_statement) @import
(import_from_statement) @import
(future_import_statement) @import
