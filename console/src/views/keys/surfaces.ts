// The surfaces that keys are for, by how the keys begin.

export const surfaces = [
  { prefix: 'll_', name: 'LuminaLog', about: 'sends and reads logs', variable: 'LUMINALOG_KEY' },
  { prefix: 'lqt_', name: 'LumiqTrace', about: 'sends events of a project', variable: 'LUMIQTRACE_KEY' },
  { prefix: 'lma_', name: 'Lamina', about: 'starts and reads runs', variable: 'LAMINA_KEY' },
] as const;

export const surfaceOf = (prefix: string) => surfaces.find(surface => surface.prefix === prefix)?.name ?? prefix;

/** For how long a key that is rotated works on, in seconds. */
export const graces = [[0, 'not at all'], [3600, 'an hour'], [86_400, 'a day'], [7 * 86_400, 'a week'], [30 * 86_400, '30 days']] as const;
