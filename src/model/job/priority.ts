/** Priorities are 1 to 9, and 9 is claimed first. */
export const defaultPriority = 5;
export const highestPriority = 9;
