/** Its constructor gives back the object that it is given: so a subclass puts its private fields on that object. */
export class Given {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: that is its purpose
    return object;
  }
}

type Makers<L> = { [K in keyof L]: () => L[K] };

class Late extends Given {
  #makers: Record<string, () => unknown>;
  constructor(object: object, makers: Record<string, () => unknown>) {
    super(object);
    this.#makers = makers;
  }
  static make(object: object, name: string): unknown {
    return (object as Late).#makers[name]();
  }
}

/**
 * One accessor for each name, whatever the object. Were each object given getters of its own, JavaScript would think
 * up a new kind of object each time, and keep it, with all that its getters hold, until the next large collection.
 */
const accessors: Record<string, PropertyDescriptor> = {};
const accessorOf = (name: string): PropertyDescriptor => {
  accessors[name] ??= {
    enumerable: true,
    get(this: object) {
      return Late.make(this, name);
    },
  };
  return accessors[name];
};

/** Puts beside the values of an object others that are made when somebody reads them. */
export function withLate<V extends object, L extends object>(values: V, makers: Makers<L>): V & L {
  new Late(values, makers);
  for (const name in makers) Object.defineProperty(values, name, accessorOf(name));
  return values as V & L;
}
