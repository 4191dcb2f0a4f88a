/** The part of @adobe/json-formula 2.0 that is in use; the package has no types of its own. */
declare module '@adobe/json-formula' {
  interface CustomFunction {
    _func: (args: unknown[]) => unknown;
    _signature: { types: number[]; optional?: boolean; variadic?: boolean }[];
  }
  /** @throws Error for an expression that cannot be parsed or evaluated. */
  export function jsonFormula(
    json: unknown,
    globals: Readonly<Record<string, unknown>>,
    expression: string,
    customFunctions: Readonly<Record<string, CustomFunction>>,
  ): unknown;
  export const dataTypes: { readonly TYPE_ANY: number };
}
