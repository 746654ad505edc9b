/**
 * The injection decorators of inversify, handed on so that applications need one import. `ContainerModule` groups
 * bindings of one's own.
 */
export { ContainerModule, inject, injectable, multiInject, named, optional, tagged } from "inversify";
