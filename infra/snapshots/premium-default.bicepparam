using '../main.bicep'

param name = 'sweep'
param image = 'cold-functions:1.0.0'
