/** What an instance of each size has, and how each hosting counts. A test compares it with infra/main.bicep. */
export const hostings = {
  premium: {
    sizes: {
      small: { name: 'EP1', vcpus: 1, memoryGib: 3.5 },
      medium: { name: 'EP2', vcpus: 2, memoryGib: 7 },
      large: { name: 'EP3', vcpus: 4, memoryGib: 14 },
    },
    fewestInstances: 1,
    /** Instances that Azure keeps ready beside those that work, and charges while the app works. */
    prewarmed: 1,
    /** Seconds an instance stays after its last task. Azure gives none for Elastic Premium. */
    coolDownSeconds: 0,
    /** The grace that an instance has when it is taken away: no invocation may be longer. */
    graceSeconds: (_minimumInstances: number): number => 3600,
  },
  containerapps: {
    sizes: {
      small: { name: '1 processor', vcpus: 1, memoryGib: 2 },
      medium: { name: '2 processors', vcpus: 2, memoryGib: 4 },
      large: { name: '4 processors', vcpus: 4, memoryGib: 8 },
    },
    fewestInstances: 0,
    prewarmed: 0,
    coolDownSeconds: 300,
    graceSeconds: (minimumInstances: number): number => (minimumInstances > 0 ? 86_400 : 600),
  },
} as const;

export type HostingName = keyof typeof hostings;
export type SizeName = keyof (typeof hostings)[HostingName]['sizes'];
