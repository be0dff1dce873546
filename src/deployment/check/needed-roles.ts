/** What the app's identity needs, as infra/modules/app-roles.bicep and pull-role.bicep give it. */
export interface NeededRole {
  id: string;
  name: string;
  on:
    | 'storage account'
    | 'queue'
    | 'poison queue'
    | 'queue of jobs'
    | 'poison queue of jobs'
    | 'telemetry'
    | 'registry';
  /** What does not work without it. */
  why: string;
}

export const neededRoles: NeededRole[] = [
  {
    id: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
    name: 'Storage Blob Data Owner',
    on: 'storage account',
    why: 'the host cannot start, and no result can be stored',
  },
  {
    id: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    name: 'Storage Table Data Contributor',
    on: 'storage account',
    why: 'the host cannot write its diagnostic events',
  },
  {
    id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
    name: 'Storage Queue Data Contributor',
    on: 'queue',
    why: 'no task is taken',
  },
  {
    id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
    name: 'Storage Queue Data Contributor',
    on: 'poison queue',
    why: 'what was given up is not recorded',
  },
  {
    id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
    name: 'Storage Queue Data Contributor',
    on: 'queue of jobs',
    why: 'no task of a job of more than 500 is sent',
  },
  {
    id: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
    name: 'Storage Queue Data Contributor',
    on: 'poison queue of jobs',
    why: 'a job of more than 500 tasks whose sending was given up is not taken up again',
  },
  {
    id: '3913510d-42f4-4e42-8a64-420c390055eb',
    name: 'Monitoring Metrics Publisher',
    on: 'telemetry',
    why: 'neither logs nor alerts arrive',
  },
];

export const pullRole: NeededRole = {
  id: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
  name: 'AcrPull',
  on: 'registry',
  why: 'a new instance cannot pull the image',
};
