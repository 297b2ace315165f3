"""`python -m service`: the same command as `kezdesu`."""

from service.cli import main

main()
