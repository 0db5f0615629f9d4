#!/bin/sh
# What the probes of Airflow's Helm chart call, in any image, before a command: here the command is all.
exec "$@"
