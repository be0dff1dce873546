using '../main.bicep'

// The first deployment: there is a registry afterwards to push the image to, and no app yet.
param name = 'sweep'
