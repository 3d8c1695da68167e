(class_declaration name: (type_identifier) @name) @definition.class
(abstract_class_declaration name: (type_identifier) @name) @definition.class
(class name: (type_identifier) @name) @definition.class
(interface_declaration name: (type_identifier) @name) @definition.interface
(enum_declaration name: (identifier) @name) @definition.enum
(type_alias_declaration name: (type_identifier) @name) @definition.type
(internal_module name: (_) @name) @definition.namespace
(module name: (_) @name) @definition.namespace
(function_declaration name: (identifier) @name) @definition.function
(generator_function_declaration name: (identifier) @name) @definition.function
(function_signature name: (identifier) @name) @definition.function
(method_definition name: (_) @name) @definition.method
(method_signature name: (_) @name) @definition.method
(abstract_method_signature name: (_) @name) @definition.method
(public_field_definition name: (_) @name value: (arrow_function)) @definition.method
(pair key: (property_identifier) @name value: [(arrow_function) (function_expression)]) @definition.method
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @definition.function
(lexical_declaration (variable_declarator name: (identifier) @name
  value: [(number) (string) (template_string) (object) (array) (new_expression) (call_expression) (true) (false)
    (as_expression) (satisfies_expression)]) @definition.variable)

(import_statement) @import
(import_alias) @import
(lexical_declaration
  (variable_declarator value: (call_expression function: (identifier) @_require (#eq? @_require "require")))) @import
(export_statement source: (_)) @import
