(class_declaration name: (identifier) @name) @definition.class
(class name: (identifier) @name) @definition.class
(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(method_definition name: (_) @name) @definition.method
(field_definition property: (_) @name value: (arrow_function)) @definition.method
(pair key: (property_identifier) @name value: [(arrow_function) (function_expression)]) @definition.method
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @definition.function
(lexical_declaration (variable_declarator name: (identifier) @name
  value: [(number) (string) (template_string) (object) (array) (new_expression) (call_expression) (true) (false)])
  @definition.variable)
(assignment_expression left: (member_expression property: (_) @name)
  right: [(arrow_function) (function_expression)]) @definition.function

(import_statement) @import
(lexical_declaration
  (variable_declarator value: (call_expression function: (identifier) @_require (#eq? @_require "require")))) @import
(export_statement source: (_)) @import
