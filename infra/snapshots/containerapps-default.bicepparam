using '../main.bicep'

param name = 'sweep'
param hosting = 'containerapps'
param image = 'cold-functions:1.0.0'
