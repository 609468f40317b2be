#!/bin/sh
# The soak of `make soak`, small: 3,000 attempts, four kills.
case $BUILD in *asan*) SOAK_MEMORY=1000000 ;; *) SOAK_MEMORY=65536 ;; esac # the sanitizers keep what was freed
export SOAK_MEMORY
SOAK=3000 KILLS=4 sh tests/bench/soak || exit 1
echo "1 checks"
