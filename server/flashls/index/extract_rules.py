"""Extract's rules: which nodes of each grammar declare something, and which hold declarations."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from flashls.syntax.languages import Language


@dataclass(frozen=True, slots=True)
class Rule:
    """What a node is: a declaration of a ``kind``, or, without one, something that only holds declarations.

    ``into``: what stands in it is looked at too. ``owner``: the type it belongs to is named in it (a Go receiver, a
    Rust impl). ``fields``: its parameters or body declare fields of the class it is in. ``imports``: a statement that
    brings names in. ``macro``: its text may hold items. ``whole``: its header is all of it, as where there is no body.
    ``flat``: what stands in it, such as the struct of a typedef, does not belong to it.
    """

    kind: str = ""
    into: bool = False
    owner: bool = False
    fields: bool = False
    imports: bool = False
    macro: bool = False
    whole: bool = False
    flat: bool = False


@cache
def rules(language: Language) -> dict[str, Rule]:
    """The rules of a language by node type; those by the nodes' names for a language that has none of its own."""
    found: dict[str, Rule] = {}
    for kind, types in {**_COMMON, **_LANGUAGES.get(language.name, _GENERIC)}.items():
        for node_type in types.split():
            found[node_type] = _RULES[kind]
    return found


_RULES = {
    "through": Rule(into=True),
    "import": Rule(imports=True),
    "class": Rule("class", into=True),
    "interface": Rule("interface", into=True),
    "struct": Rule("struct", into=True),
    "enum": Rule("enum", into=True),
    "trait": Rule("trait", into=True),
    "namespace": Rule("namespace", into=True),
    "module": Rule("module", into=True, imports=True),
    "type": Rule("type", into=True),
    "function": Rule("function"),
    "signature": Rule("function", whole=True),
    "method": Rule("function", owner=True),
    "maker": Rule("function", fields=True),
    "variable": Rule("variable"),
    "holder": Rule("variable", into=True),
    "flat variable": Rule("variable", into=True, flat=True),
    "flat type": Rule("type", into=True, flat=True),
    "flat field": Rule("field", into=True, flat=True),
    "constant": Rule("constant"),
    "member": Rule("member"),
    "field": Rule("field"),
    "macro": Rule("macro"),
    "impl": Rule(into=True, owner=True),
    "macro call": Rule(macro=True),
    "exported": Rule(into=True, imports=True),
}

_COMMON = {"through": "ERROR"}

_TYPESCRIPT = {
    "through": "class_body interface_body object_type enum_body statement_block object as_expression "
    "satisfies_expression ambient_declaration intersection_type union_type "
    "parenthesized_expression ERROR",
    "exported": "export_statement expression_statement lexical_declaration variable_declaration",
    "import": "import_statement import_alias",
    "class": "class_declaration abstract_class_declaration class",
    "interface": "interface_declaration",
    "enum": "enum_declaration",
    "type": "type_alias_declaration",
    "namespace": "internal_module module",
    "function": "function_declaration generator_function_declaration",
    "signature": "function_signature method_signature abstract_method_signature",
    "maker": "method_definition",
    "holder": "variable_declarator assignment_expression",
    "field": "public_field_definition field_definition property_signature pair",
    "member": "enum_assignment property_identifier",
}

_LANGUAGES: dict[str, dict[str, str]] = {
    "python": {
        "through": "decorated_definition block if_statement else_clause elif_clause try_statement except_clause "
        "finally_clause with_statement expression_statement ERROR",
        "import": "import_statement import_from_statement future_import_statement",
        "class": "class_definition",
        "maker": "function_definition",
        "variable": "assignment",
        "type": "type_alias_statement",
    },
    "javascript": _TYPESCRIPT,
    "typescript": _TYPESCRIPT,
    "tsx": _TYPESCRIPT,
    "go": {
        "through": "type_declaration struct_type interface_type field_declaration_list const_declaration "
        "var_declaration var_spec_list ERROR",
        "import": "import_declaration package_clause",
        "type": "type_spec type_alias",
        "function": "function_declaration",
        "method": "method_declaration",
        "signature": "method_elem method_spec",
        "constant": "const_spec",
        "variable": "var_spec",
        "field": "field_declaration",
    },
    "rust": {
        "through": "declaration_list field_declaration_list enum_variant_list foreign_mod_item ERROR",
        "import": "use_declaration extern_crate_declaration",
        "struct": "struct_item union_item",
        "enum": "enum_item",
        "trait": "trait_item",
        "impl": "impl_item",
        "module": "mod_item",
        "function": "function_item",
        "signature": "function_signature_item",
        "type": "type_item associated_type",
        "constant": "const_item static_item",
        "field": "field_declaration",
        "member": "enum_variant",
        "macro": "macro_definition",
        "macro call": "macro_invocation expression_statement",
    },
    "java": {
        "through": "class_body interface_body enum_body enum_body_declarations annotation_type_body ERROR",
        "import": "import_declaration package_declaration",
        "class": "class_declaration record_declaration",
        "interface": "interface_declaration annotation_type_declaration",
        "enum": "enum_declaration",
        "function": "method_declaration constructor_declaration compact_constructor_declaration",
        "signature": "annotation_type_element_declaration",
        "field": "field_declaration constant_declaration",
        "member": "enum_constant",
    },
    "c": {
        "through": "preproc_if preproc_ifdef preproc_else preproc_elif linkage_specification declaration_list "
        "field_declaration_list enumerator_list ERROR",
        "import": "preproc_include",
        "struct": "struct_specifier union_specifier",
        "enum": "enum_specifier",
        "function": "function_definition",
        "flat variable": "declaration",
        "flat type": "type_definition",
        "macro": "preproc_def preproc_function_def",
        "flat field": "field_declaration",
        "member": "enumerator",
    },
    "csharp": {
        "through": "declaration_list enum_member_declaration_list ERROR",
        "import": "using_directive",
        "exported": "file_scoped_namespace_declaration namespace_declaration",
        "class": "class_declaration record_declaration",
        "struct": "struct_declaration record_struct_declaration",
        "interface": "interface_declaration",
        "enum": "enum_declaration",
        "function": "method_declaration constructor_declaration operator_declaration",
        "signature": "delegate_declaration",
        "field": "field_declaration property_declaration event_field_declaration event_declaration indexer_declaration",
        "member": "enum_member_declaration",
    },
    "ruby": {
        "through": "body_statement singleton_class if unless begin ERROR",
        "module": "module",
        "class": "class",
        "function": "method singleton_method",
        "variable": "assignment",
        "import": "call",
    },
    "php": {
        "through": "declaration_list enum_declaration_list compound_statement if_statement ERROR",
        "import": "namespace_use_declaration expression_statement",
        "exported": "namespace_definition",
        "class": "class_declaration",
        "interface": "interface_declaration",
        "trait": "trait_declaration",
        "enum": "enum_declaration",
        "function": "function_definition",
        "maker": "method_declaration",
        "field": "property_declaration",
        "constant": "const_declaration",
        "member": "enum_case",
    },
}
_LANGUAGES["cpp"] = _LANGUAGES["c"] | {
    "through": _LANGUAGES["c"]["through"] + " template_declaration namespace_definition",
    "class": "class_specifier",
    "type": "alias_declaration concept_definition",
}

# Other grammars name their nodes much alike (tree-sitter's own convention).
_GENERIC = {
    "through": "body class_body declaration_list block template_body source_file program module_body enum_class_body "
    "function_body do_block compound_statement protocol_body ERROR",
    "import": "import import_statement import_declaration import_header import_list use_statement using_statement "
    "package_header",
    "exported": "package_clause",
    "class": "class class_declaration class_definition class_statement object_declaration object_definition "
    "companion_object module module_declaration module_definition package_definition",
    "interface": "interface interface_declaration protocol_declaration trait_definition trait",
    "struct": "struct struct_declaration struct_definition struct_item",
    "enum": "enum enum_declaration enum_definition",
    "function": "function function_declaration function_definition method_declaration method_definition "
    "function_statement subroutine macro_definition procedure signature protocol_function_declaration",
    "field": "property_declaration val_definition var_definition field_declaration class_parameter",
    "member": "enum_entry",
    "type": "type_alias type_alias_declaration typealias_declaration type_definition data_type newtype",
}
