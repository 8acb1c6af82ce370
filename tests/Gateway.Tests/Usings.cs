global using Mining.Gateway.Engine;
global using Mining.Gateway.Facts;
