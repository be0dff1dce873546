metadata description = 'The type of one who submits.'

@export()
@description('Somebody, or something, that submits jobs and fetches results.')
type Submitter = {
  @description('Object id in Microsoft Entra ID, as of `az ad signed-in-user show --query id`.')
  @minLength(36)
  @maxLength(36)
  principalId: string

  @description('What has that id.')
  principalType: 'User' | 'Group' | 'ServicePrincipal'
}
