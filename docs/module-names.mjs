import { Converter } from "typedoc";

/**
 * Plugin of typedoc: names a module as one imports it, `@siplet/framework/spi`, not by its path.
 * @param {import("typedoc").Application} app
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) module.name = module.name.replace(/^([\w-]+)\/src/, "@siplet/$1");
  });
}
