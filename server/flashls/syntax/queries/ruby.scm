(class name: (_) @name) @definition.class
(module name: (_) @name) @definition.module
(method name: (_) @name) @definition.method
(singleton_method name: (_) @name) @definition.method
(singleton_class value: (_) @name) @definition.class
(assignment left: (constant) @name) @definition.constant

(call method: (identifier) @_require (#any-of? @_require "require" "require_relative" "load" "autoload")) @import
