#!/bin/sh
# The soak of `make soak`, small: 3,000 attempts, four kills.
SOAK=3000 KILLS=4 sh tests/bench/soak || exit 1
echo "1 checks"
