"""What the lab's portals print: stories, sentence material and interface words, as data"""
