import "reflect-metadata";

/** What the compiler wrote about a method, where `emitDecoratorMetadata` is on; esbuild and vitest write nothing. */
export interface DesignTypes {
  /** The classes of the parameters; `Object` for interfaces, unions and type-only imports. Undefined: not emitted. */
  readonly parameterTypes: readonly unknown[] | undefined;
  readonly returnType: unknown;
}

/**
 * Reads the emitted types of a method.
 *
 * @param holder the prototype for an instance method, the class for a static one
 */
export function readDesignTypes(holder: object, name: string | symbol): DesignTypes {
  const parameterTypes: unknown = Reflect.getMetadata("design:paramtypes", holder, name);
  return {
    parameterTypes: Array.isArray(parameterTypes) ? parameterTypes : undefined,
    returnType: Reflect.getMetadata("design:returntype", holder, name) as unknown,
  };
}
