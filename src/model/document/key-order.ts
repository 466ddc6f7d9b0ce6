const noted = new WeakMap<object, readonly string[]>();

/**
 * The keys of an object as its text has them. JavaScript puts those that look like indexes first, in ascending order
 * (`{"10": 1, "2": 2}`); whoever reads a text in which that changes something notes the order here.
 */
export function keysInOrder(object: object): readonly string[] {
  return noted.get(object) ?? Object.keys(object);
}

/** Notes the order, where it is not the one that the object itself has; keys that are not those of the object say nothing of it. */
export function noteKeyOrder(object: object, keys: readonly string[]): void {
  const own = Object.keys(object);
  if (own.length !== keys.length || own.every((key, index) => key === keys[index])) return;
  if (keys.every((key) => Object.hasOwn(object, key))) noted.set(object, keys);
}
